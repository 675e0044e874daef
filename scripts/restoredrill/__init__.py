"""The restoration drill: a database is lost, and put back to the last moment and to one before."""
