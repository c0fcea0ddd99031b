"""The commands of a player: files, playback, sound, tracks, the window."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command("open", "&Open…", "File", ("Ctrl+O", "O"), lambda c: c.open_requested.emit()),
    Command("close", "&Close", "File", ("Ctrl+W",), lambda c: c.close_file(), needs_file=True, starts_group=True),
    Command("quit", "&Quit", "File", ("Ctrl+Q", "Q"), lambda c: c.quit()),
    Command(
        "play-pause", "&Play / pause", "Playback",
        ("Space", "P", "Toggle Media Play/Pause", "Media Play", "Media Pause"),
        lambda c: c.play_pause(), needs_file=True,
    ),
    Command(
        "forward", "5 s &forward", "Playback/Seek", ("Right",), lambda c: c.seek_by(5), needs_file=True, repeats=True,
    ),
    Command("back", "5 s &back", "Playback/Seek", ("Left",), lambda c: c.seek_by(-5), needs_file=True, repeats=True),
    Command(
        "forward-1", "1 s forward", "Playback/Seek", ("Shift+Right",), lambda c: c.seek_by(1), needs_file=True,
        repeats=True,
    ),
    Command(
        "back-1", "1 s back", "Playback/Seek", ("Shift+Left",), lambda c: c.seek_by(-1), needs_file=True, repeats=True,
    ),
    Command(
        "forward-60", "1 min forward", "Playback/Seek", ("Up",), lambda c: c.seek_by(60), needs_file=True, repeats=True,
    ),
    Command(
        "back-60", "1 min back", "Playback/Seek", ("Down",), lambda c: c.seek_by(-60), needs_file=True, repeats=True,
    ),
    Command(
        "next-chapter", "&Next chapter, or 10 min forward", "Playback/Seek", ("PgUp",), lambda c: c.chapter_by(1),
        needs_file=True, starts_group=True,
    ),
    Command(
        "previous-chapter", "&Previous chapter, or 10 min back", "Playback/Seek", ("PgDown",),
        lambda c: c.chapter_by(-1), needs_file=True,
    ),
    Command(
        "beginning", "To the be&ginning", "Playback/Seek", ("Home",), lambda c: c.seek_to(0.0), needs_file=True,
        starts_group=True,
    ),
    Command("end", "To the &end", "Playback/Seek", ("End",), lambda c: c.seek_end(), needs_file=True),
    Command("slower", "&Slower", "Playback/Speed", ("[",), lambda c: c.speed_times(1 / 1.1), repeats=True),
    Command("faster", "&Faster", "Playback/Speed", ("]",), lambda c: c.speed_times(1.1), repeats=True),
    Command("half-speed", "&Half speed", "Playback/Speed", ("{",), lambda c: c.speed_times(0.5)),
    Command("double-speed", "&Double speed", "Playback/Speed", ("}",), lambda c: c.speed_times(2.0)),
    Command(
        "normal-speed", "&Normal speed", "Playback/Speed", ("Backspace",), lambda c: c.reset_speed(),
        starts_group=True,
    ),
    Command(
        "previous-file", "P&revious file", "Playback", ("<", "Media Previous"), lambda c: c.playlist_by(-1),
        starts_group=True,
    ),
    Command("next-file", "Ne&xt file", "Playback", (">", "Media Next"), lambda c: c.playlist_by(1)),
    Command(
        "cycle-audio", "&Next track", "Audio", ("A", "#"), lambda c: c.cycle("audio"), needs_file=True,
    ),
    Command(
        "louder", "&Louder", "Audio", ("0", "*"), lambda c: c.volume_by(2), repeats=True, starts_group=True,
    ),
    Command("quieter", "&Quieter", "Audio", ("9", "/"), lambda c: c.volume_by(-2), repeats=True),
    Command("mute", "&Mute", "Audio", ("M",), lambda c: c.toggle_mute()),
    Command(
        "sound-later", "100 ms l&ater", "Audio", ("Ctrl++", "Ctrl+="), lambda c: c.sound.delay_by(0.1), repeats=True,
        starts_group=True,
    ),
    Command(
        "sound-earlier", "100 ms &earlier", "Audio", ("Ctrl+-",), lambda c: c.sound.delay_by(-0.1), repeats=True,
    ),
    Command(
        "show-mode", "&Cover, waveform or spectrum", "Video", ("W",), lambda c: c.cycle_show_mode(), needs_file=True,
    ),
    Command("cycle-video", "&Next track", "Video", ("V", "_"), lambda c: c.cycle("video"), needs_file=True),
    Command(
        "size-50", "&Half size", "View", ("Alt+0",), lambda c: c.scale_requested.emit(0.5), needs_file=True,
        starts_group=True,
    ),
    Command("size-100", "&Original size", "View", ("Alt+1",), lambda c: c.scale_requested.emit(1.0), needs_file=True),
    Command("size-200", "&Double size", "View", ("Alt+2",), lambda c: c.scale_requested.emit(2.0), needs_file=True),
    Command(
        "full-screen", "&Full screen", "View", ("F", "F11"), lambda c: c.toggle_full_screen(), starts_group=True,
    ),
    Command(
        "statistics", "&Statistics", "View", ("I",), lambda c: c.toggle_statistics(), needs_file=True, checkable=True,
    ),
    Command("leave", "&Leave full screen or quit", "View", ("Esc",), lambda c: c.leave_full_screen_or_quit()),
    Command("cycle-subtitles", "&Next track", "Subtitles", ("T", "J"), lambda c: c.cycle("subtitle"), needs_file=True),
    Command("shortcuts", "&Keyboard shortcuts", "Help", ("F1", "?"), lambda c: c.shortcuts_requested.emit()),
    Command("about", "&About Overplay", "Help", ("Shift+F1",), lambda c: c.about_requested.emit()),
)  # fmt: skip
