"""How an endpoint says what a fake made: body shapes, stream shapes."""
