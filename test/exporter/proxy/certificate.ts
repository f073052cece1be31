/** A key and a certificate of its own for localhost, good for nothing but tests; valid for a hundred years. */
export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglpxrlfuuJurLhRmm
TaZK1/1kKnhralOQ4JAu6aarF/GhRANCAASUNtZOI6/gulz7bUUEgcTjpgURX+ud
hRBHiq9w72IMqHzCtUae/ojVj+WjmJazdrPCLFGJ9wjdXtIToR7v7aWy
-----END PRIVATE KEY-----
`;

/** See {@link KEY}. */
export const CERT = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUL9n3fu9boPcOkdy1xuDeupbSWO0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE3MjQyNFoYDzIxMjYxMDI4
MTcyNDI0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASUNtZOI6/gulz7bUUEgcTjpgURX+udhRBHiq9w72IMqHzCtUae/ojV
j+WjmJazdrPCLFGJ9wjdXtIToR7v7aWyo28wbTAdBgNVHQ4EFgQUQTidVp5i684Y
fdUluGn4kMeVKvgwHwYDVR0jBBgwFoAUQTidVp5i684YfdUluGn4kMeVKvgwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAMJhpiS2AHOFjnXEW/jxCjTm5+0B3PGnkWBoJXvCMgdcAiEA
h+KjtBPQMjCJ4YLgtZkJpQVc+IwsbDswYAxA6C3iSck=
-----END CERTIFICATE-----
`;
