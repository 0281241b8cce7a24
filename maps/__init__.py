"""PICTURES: Folium maps over the registry's tiles, one module an audience. No SQL."""
