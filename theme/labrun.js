// Copy buttons of a lab's steps. Without this script the page says the same.
