"""Forms: templates as data, versioned, and the answers given under them."""
