
graphpb