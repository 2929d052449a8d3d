"""What every vendor's folder is made of: its declaration, the services it is given, forms and credentials."""
