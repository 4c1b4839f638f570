"""The line recogniser made from nothing but text and fonts: synthetic lines, training, scores, export, model card.

    python -m digitize.training all --text FOLDER --work FOLDER

Needs the extra `training` (PyTorch, onnx) for the network's steps; nothing that reads paper imports this package.
"""
