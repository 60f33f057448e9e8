"""What moto lacks: see the modules."""
