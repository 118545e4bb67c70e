"""An expert looks for holes: what others of this kind got wrong, tried here."""
