"""The planning library: problems in, periodic visit plans out.  No SQL, no web, no clock."""
