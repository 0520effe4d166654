"""What a model would say, without any regard to how an endpoint words it."""
