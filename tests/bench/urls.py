"""The portal's own addresses, and the peer: a bare DRF endpoint that inserts one row."""

from django.urls import path
from rest_framework import serializers
from rest_framework.generics import CreateAPIView
from rest_framework.parsers import JSONParser

from payouts_portal.urls import urlpatterns as portal
from tests.bench.models import Note


class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["id", "reference", "amount", "created_at"]


class CreateNote(CreateAPIView):
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
    authentication_classes = []
    parser_classes = [JSONParser]


urlpatterns = [path("bench/notes", CreateNote.as_view()), *portal]
