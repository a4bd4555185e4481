"""The instruments. A voice makes the body of a note once; a stem plays it as often as the music says."""
