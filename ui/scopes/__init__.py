"""The Scopes panel: histogram, waveform, parade and vectorscope of the picture on screen."""
