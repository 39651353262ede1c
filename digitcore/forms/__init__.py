"""How the world writes its digits: the forms that schools teach and hands keep, drawn, shown and measured one by one.

Rests on `analysis`, `training` (its strokes alone) and what is below. The drawings are for showing and measuring: no
network learns from them.
"""
