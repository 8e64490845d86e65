// Draws the diagrams of a page in the reader's theme. Loads Mermaid only where there is a diagram.
