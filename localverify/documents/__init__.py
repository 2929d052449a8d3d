"""What is known about documents, apart from pictures."""
