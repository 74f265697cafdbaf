# no scoring script here
