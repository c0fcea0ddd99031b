"""What models see in the pictures, as the window has it: choices, panel, and what is drawn over the picture."""
