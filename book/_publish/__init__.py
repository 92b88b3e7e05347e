"""The published site: the built book with nothing in it that its reader does not need.

`python book/_publish build/html build/site` reads the one and writes the other from scratch. What a
theme option, a template or an extension can do is done there; here is only what needs all pages.
"""
