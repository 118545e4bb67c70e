"""The rows of an export, for the description of the API: made of their columns, and of what these mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.fields import Field

from statements.formats.base import Column, Kind
from statements.meanings import meaning_of
from statements.reports.columns import COLUMNS, Layer

NAMES = {"gold": "Gold", "annotations": "Decision"}  # of the records that stand in a row


def name_of(layer: Layer) -> str:
    """Return how the description calls a row of this layer, such as SentenceRow."""
    return "HistoryRow" if layer == Layer.HISTORY else f"{layer.removesuffix('s').title()}Row"


def row_shape(layer: Layer) -> serializers.Serializer[Any]:
    """Return what a row of this layer is."""
    return _shape(name_of(layer), COLUMNS[layer], layer)


def _shape(
    name: str, columns: Iterable[Column], layer: Layer, *, within: str = "", **about: Any
) -> serializers.Serializer[Any]:  # Any: what fields take
    fields = {column.name: _field(column, layer, within) for column in columns}
    shape: serializers.Serializer[Any] = inline_serializer(name, fields, **about)
    return shape


def _field(column: Column, layer: Layer, within: str) -> Field[Any, Any, Any, Any]:  # Any: what it holds
    about: dict[str, Any] = {"help_text": meaning_of(column, layer, within=within)}
    if column.may_be_null:
        about["allow_null"] = True
    match column.kind:
        case Kind.INTEGER:
            return serializers.IntegerField(**about)
        case Kind.YES_NO:
            return serializers.BooleanField(**about)
        case Kind.DAY:
            return serializers.DateField(**about)
        case Kind.MOMENT:
            return serializers.DateTimeField(**about)
        case Kind.TEXTS:
            return serializers.ListField(child=serializers.CharField(), **about)
        case Kind.SHARES:
            share = serializers.FloatField(min_value=0, max_value=1)
            return serializers.DictField(child=share, **about)
        case Kind.OBJECT:
            return serializers.DictField(**about)
        case Kind.RECORD | Kind.RECORDS:
            many = {"many": True} if column.kind == Kind.RECORDS else {}
            return _shape(NAMES[column.name], column.columns, layer, within=column.name, **many, **about)
    return serializers.CharField(**about)
