"""Which panels open beside the picture, and what each is made of when it first does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.controller import Controller
    from ui.docks import Docks


def offer_docks(docks: Docks, controller: Controller) -> None:
    """Nothing is imported or built here: each panel brings its module with it."""

    def frame() -> QWidget:
        from ui.panels.frame_panel import FramePanel

        return FramePanel(controller.frame_facts)

    def bookmarks() -> QWidget:
        from ui.bookmarks.panel import BookmarkPanel

        return BookmarkPanel(controller.bookmarks)

    def scopes() -> QWidget:
        from ui.scopes.panel import ScopesPanel

        return ScopesPanel(controller.scopes, controller.zoom, controller.looks)

    def compare() -> QWidget:
        from ui.compare.panel import ComparePanel

        return ComparePanel(controller.compare)

    def detections() -> QWidget:
        from ui.detections.panel import DetectionsPanel

        return DetectionsPanel(controller.detecting)

    def training() -> QWidget:
        from ui.training.panel import TrainingPanel

        return TrainingPanel(controller.training, controller.detecting)

    docks.offer("frame", "Frame", frame)
    docks.offer("bookmarks", "Bookmarks", bookmarks)
    docks.offer("scopes", "Scopes", scopes)
    docks.offer("compare", "Compare", compare)
    docks.offer("detections", "Detections", detections)
    docks.offer("training", "Training", training)
