"""The graphics resources that draw one picture with QRhi: textures, uniforms, pipeline. GUI thread only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import (
    QColor,
    QRhi,
    QRhiBuffer,
    QRhiCommandBuffer,
    QRhiDepthStencilClearValue,
    QRhiGraphicsPipeline,
    QRhiRenderTarget,
    QRhiResourceUpdateBatch,
    QRhiSampler,
    QRhiShaderResourceBinding,
    QRhiShaderStage,
    QRhiTexture,
    QRhiTextureSubresourceUploadDescription,
    QRhiTextureUploadDescription,
    QRhiTextureUploadEntry,
    QRhiVertexInputAttribute,
    QRhiVertexInputBinding,
    QRhiVertexInputLayout,
    QRhiViewport,
    QShader,
)
from shiboken6 import Shiboken

from ui.video.geometry import Rect
from ui.video.yuv_planes import MAX_PLANES, PlaneData, PlaneUse, Store

VERTEX_BYTES = 4 * 6 * 4

_FORMATS = {
    Store.R8: QRhiTexture.Format.R8,
    Store.RG8: QRhiTexture.Format.RG8,
    Store.RGBA8: QRhiTexture.Format.RGBA8,
    Store.R16: QRhiTexture.Format.R16,
    Store.RG16: QRhiTexture.Format.RG16,
}

Floats = NDArray[np.float32]
Resource = TypeVar("Resource", QRhiBuffer, QRhiSampler, QRhiTexture)
TextureShape = tuple[Store, tuple[int, int]]


class GraphicsError(Exception):
    """The graphics system refused to make something the view cannot do without."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One plane for one texture. Whoever holds this holds the frame too."""

    use: PlaneUse
    size: tuple[int, int]
    data: PlaneData

    @property
    def shape(self) -> TextureShape:
        return self.use.store, self.size


class PicturePipeline:
    """Built for one QRhi, one render target's layout and one shader; `release` before that QRhi goes.

    `uniform_bytes` is the size of the shader's block, `pictures` how many it draws at once: MAX_PLANES textures each.
    """

    def __init__(
        self, rhi: QRhi, target: QRhiRenderTarget, fragment: str, uniform_bytes: int, *, pictures: int = 1
    ) -> None:
        self._rhi = rhi
        self._shapes: list[list[TextureShape]] = [[] for _ in range(pictures)]
        self._textures: list[list[QRhiTexture]] = [[] for _ in range(pictures)]
        self._vertices = self._made(
            rhi.newBuffer(QRhiBuffer.Type.Dynamic, QRhiBuffer.UsageFlag.VertexBuffer, VERTEX_BYTES)
        )
        self._uniforms = self._made(
            rhi.newBuffer(QRhiBuffer.Type.Dynamic, QRhiBuffer.UsageFlag.UniformBuffer, uniform_bytes)
        )
        linear, edge = QRhiSampler.Filter.Linear, QRhiSampler.AddressMode.ClampToEdge
        self._sampler = self._made(rhi.newSampler(linear, linear, QRhiSampler.Filter.None_, edge, edge))
        self._blank = self._made(rhi.newTexture(QRhiTexture.Format.R8, QSize(1, 1)))
        self._bindings = rhi.newShaderResourceBindings()
        self._bind()
        self._pipeline = self._made_pipeline(target, fragment)

    @staticmethod
    def wide_textures(rhi: QRhi) -> bool:
        """True where 16-bit planes can be uploaded as they are."""
        return all(rhi.isTextureFormatSupported(_FORMATS[store]) for store in (Store.R16, Store.RG16))

    def lives_in(self, rhi: QRhi) -> bool:
        """False once its QRhi is gone, even where a new one has taken the same address: Qt then disowns resources."""
        owner = cast("QRhi | None", self._vertices.rhi())
        return owner is not None and Shiboken.getCppPointer(owner) == Shiboken.getCppPointer(rhi)

    def upload(self, batch: QRhiResourceUpdateBatch, uploads: Sequence[Upload], picture: int = 0) -> None:
        """Queue a picture's planes; textures of the right shape are used again. The bytes are copied here."""
        shapes = [upload.shape for upload in uploads]
        if shapes != self._shapes[picture]:
            self._make_textures(shapes, picture)
        for upload, texture in zip(uploads, self._textures[picture], strict=True):
            data = upload.data
            part = QRhiTextureSubresourceUploadDescription(_pointer(data.address), data.size_bytes)
            part.setDataStride(data.stride)
            batch.uploadTexture(texture, QRhiTextureUploadDescription(QRhiTextureUploadEntry(0, 0, part)))

    def place(self, batch: QRhiResourceUpdateBatch, corners: Floats, uniforms: Floats) -> None:
        """`corners` (4, 6): clip x y, coded u v, shown x y; `uniforms`: the shader's block as floats."""
        if not self._rhi.isYUpInNDC():
            corners = corners * np.array([1, -1, 1, 1, 1, 1], np.float32)
        for buffer, values in ((self._vertices, corners), (self._uniforms, uniforms)):
            block = np.ascontiguousarray(values, np.float32)
            batch.updateDynamicBuffer(buffer, 0, block.nbytes, _pointer(block.ctypes.data))  # copied before it returns

    def begin(self, commands: QRhiCommandBuffer, target: QRhiRenderTarget, batch: QRhiResourceUpdateBatch) -> None:
        commands.beginPass(target, QColor("black"), QRhiDepthStencilClearValue(1.0, 0), batch)

    def draw(self, commands: QRhiCommandBuffer, rect: Rect, target_height: int) -> None:
        """The picture into `rect` of the target; the rest keeps its black."""
        commands.setGraphicsPipeline(self._pipeline)
        from_bottom = target_height - rect.y - rect.height
        commands.setViewport(QRhiViewport(rect.x, from_bottom, rect.width, rect.height))
        commands.setShaderResources(self._bindings)
        commands.setVertexInput(0, [(self._vertices, 0)])
        commands.draw(4)

    def release(self) -> None:
        """Gives everything back, what uses before what is used."""
        textures = [texture for group in self._textures for texture in group]
        for resource in (self._pipeline, self._bindings, *textures, self._blank, self._sampler):
            resource.destroy()
        self._uniforms.destroy()
        self._vertices.destroy()
        self._textures = [[] for _ in self._textures]
        self._shapes = [[] for _ in self._shapes]

    @staticmethod
    def _made(resource: Resource) -> Resource:
        if not resource.create():
            raise GraphicsError(f"The graphics system cannot make a {type(resource).__name__}.")
        return resource

    def _make_textures(self, shapes: list[TextureShape], picture: int) -> None:
        for texture in self._textures[picture]:
            texture.destroy()
        self._textures[picture] = [
            self._made(self._rhi.newTexture(_FORMATS[store], QSize(*size))) for store, size in shapes
        ]
        self._shapes[picture] = shapes
        self._bind()

    def _bind(self) -> None:
        both = QRhiShaderResourceBinding.StageFlag.FragmentStage
        slots = [
            texture for group in self._textures for texture in [*group, *[self._blank] * (MAX_PLANES - len(group))]
        ]
        self._bindings.setBindings(
            [QRhiShaderResourceBinding.uniformBuffer(0, both, self._uniforms)]
            + [
                QRhiShaderResourceBinding.sampledTexture(at + 1, both, slot, self._sampler)
                for at, slot in enumerate(slots)
            ]
        )
        if not self._bindings.create():
            raise GraphicsError("The graphics system cannot bind the picture's textures.")

    def _made_pipeline(self, target: QRhiRenderTarget, fragment: str) -> QRhiGraphicsPipeline:
        pipeline = self._rhi.newGraphicsPipeline()
        pipeline.setTopology(QRhiGraphicsPipeline.Topology.TriangleStrip)
        pipeline.setShaderStages(
            [
                QRhiShaderStage(QRhiShaderStage.Type.Vertex, _shader("video.vert.qsb")),
                QRhiShaderStage(QRhiShaderStage.Type.Fragment, _shader(fragment)),
            ]
        )
        layout = QRhiVertexInputLayout()
        layout.setBindings([QRhiVertexInputBinding(24)])
        float2 = QRhiVertexInputAttribute.Format.Float2
        layout.setAttributes([QRhiVertexInputAttribute(0, at, float2, 8 * at) for at in range(3)])
        pipeline.setVertexInputLayout(layout)
        pipeline.setShaderResourceBindings(self._bindings)
        pipeline.setRenderPassDescriptor(target.renderPassDescriptor())
        if not pipeline.create():
            raise GraphicsError("The graphics system cannot build the picture's shader.")
        return pipeline


def _pointer(address: int) -> int:
    """What PySide6 takes for a `const void *`; its stubs call that int."""
    return cast(int, Shiboken.VoidPtr(address))


def _shader(name: str) -> QShader:
    data = files("resources").joinpath("shaders", name).read_bytes()
    return QShader.fromSerialized(QByteArray(data))
