"""
What is shown and in which order, as blocks that know nothing of a terminal or of Markdown.

Text in a block is what the record holds; whoever shows a block makes it inert.
"""
