-- A number says nothing, not even an order, and there are 2^52: those that a connection does not use are lost.
ALTER SEQUENCE gisreg.object_number CACHE 100;
