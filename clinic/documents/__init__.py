"""Papers of the clinic: made with Typst, sealed with PAdES, stored under the client's key.

`making`, `sealing` and `fonts` are pure; `keyring` and `store` join them to the key store and the file store.
"""
