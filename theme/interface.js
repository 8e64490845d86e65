// mdBook's own words in Indonesian, and mends of its markup for keyboards and screen readers.
