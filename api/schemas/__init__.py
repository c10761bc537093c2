"""JSON shapes that come in and go out; nothing here touches the database."""
