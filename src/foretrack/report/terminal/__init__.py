"""
Diagrams in the cells of a terminal: strips of scores, and the reliability diagram.

They show what the drawings of the page show, from the same data, on the same axes.  Each mark has a
character of its own, so that colour only helps; where the encoding has no blocks and circles there
are letters and signs of ASCII instead.  What a drawing shows is said in words beside it, because
nobody wants to hear one read.
"""
