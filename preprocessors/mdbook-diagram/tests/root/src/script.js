// Stands where Mermaid would; the tests draw nothing.
