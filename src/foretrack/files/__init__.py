"""
The files that people write: YAML read with line numbers, checked, and written in one form.

``reading`` turns a file into a tree of text, ``layout`` declares the format (of ``shapes``),
``validation`` makes records and finds every problem, ``writing`` is the way back and ``schema``
the same declaration for editors.  Nothing here knows the database or the reports.
"""
