"""The wire between server and agent: the only definition that both sides share."""
