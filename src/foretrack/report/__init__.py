"""
Finished plain data as tables, JSON, CSV and Markdown.  Nothing here computes a score.

::

    text      hostile text made inert; widths and line breaking
    wording   figures and conventions in the words that all formats share
    outlines  what is shown and in which order, as blocks without a format
    sheet     blocks set for a console
    as_table, as_markdown    blocks for a terminal and for a mail
    charts, as_html          diagrams, and the page that is handed out
    as_json, as_csv          the data itself for other programs
"""
