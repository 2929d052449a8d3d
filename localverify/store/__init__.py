"""What is kept: a database of rows and a folder of content-addressed files."""
