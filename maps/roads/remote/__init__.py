"""Road servers elsewhere: OSRM, Valhalla, openrouteservice, Google, Amap, behind one interface."""
