"""The public verification page: a file or the code on a paper, told in four plain lines, nothing kept."""
