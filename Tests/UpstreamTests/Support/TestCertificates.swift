/// Certificates for tests alone, signed by an authority that exists nowhere else. Good from 2020 to 2120, but for the
/// one that has expired.
///
/// Made with `openssl ca`; the keys protect nothing.
enum TestCertificates {
  /// The authority that has signed all others.
  static let authority = """
    -----BEGIN CERTIFICATE-----
    MIIBcTCCARegAwIBAgIBATAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRCZXJ0aCB0
    ZXN0IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
    HzEdMBsGA1UEAwwUQmVydGggdGVzdCBhdXRob3JpdHkwWTATBgcqhkjOPQIBBggq
    hkjOPQMBBwNCAAQLkt6BvfvouVeGr2y4Ngfh97bZ5d3ptH1GXYdZPjqqwgXHlLUH
    8jjWH9h1EU9tpMfSTQx4HIai3RzgT1uov5o1o0IwQDAPBgNVHRMBAf8EBTADAQH/
    MA4GA1UdDwEB/wQEAwICBDAdBgNVHQ4EFgQUKrjtyVRfIsFoh/iFTwXYE98hZ2Ew
    CgYIKoZIzj0EAwIDSAAwRQIhAI07X0FY0j8vE2puqvwumXiEhynNdRjVz7dLiFTU
    pgCTAiBPfFzQbAvHKiXrcoYtm6sopvHIg1t5xsJr1gWvtp+XqQ==
    -----END CERTIFICATE-----
    """

  /// For 127.0.0.1, localhost and cdn.example.
  static let server = """
    -----BEGIN CERTIFICATE-----
    MIIBtzCCAV6gAwIBAgIBAjAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRCZXJ0aCB0
    ZXN0IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
    ETEPMA0GA1UEAwwGc2VydmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYmic
    PL9n7cOL7FoeKpDG2iSJv3jao9F/U6oWLt+Vs19KN1qF+S3VX53PbMq4cs/DhIHJ
    QkJblS1vPUIlekvDDqOBljCBkzAnBgNVHREEIDAehwR/AAABgglsb2NhbGhvc3SC
    C2Nkbi5leGFtcGxlMAkGA1UdEwQCMAAwHQYDVR0lBBYwFAYIKwYBBQUHAwEGCCsG
    AQUFBwMCMB0GA1UdDgQWBBTCMK4KjaxPFOru2sq7eWdalwPK+zAfBgNVHSMEGDAW
    gBQquO3JVF8iwWiH+IVPBdgT3yFnYTAKBggqhkjOPQQDAgNHADBEAiA8OfDo/gjs
    hu1iLh3NqSmyvpHQJo63WXqysuN3IWfgKAIgEIGhmCYwlY8ZxfkYe9qS9fB4gR04
    3sB9nMTxXtdPhqM=
    -----END CERTIFICATE-----
    """

  /// The key of `server`.
  static let serverKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgp6UPxcay+HfNME9a
    xkMbYYBfe1nrDtzclBng/JEhenuhRANCAARiaJw8v2ftw4vsWh4qkMbaJIm/eNqj
    0X9TqhYu35WzX0o3WoX5LdVfnc9syrhyz8OEgclCQluVLW89QiV6S8MO
    -----END PRIVATE KEY-----
    """

  /// For elsewhere.example alone.
  static let elsewhere = """
    -----BEGIN CERTIFICATE-----
    MIIBsDCCAVagAwIBAgIBAzAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRCZXJ0aCB0
    ZXN0IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
    FDESMBAGA1UEAwwJZWxzZXdoZXJlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
    oH2r4nC37RCRw8dgTr9XyBt+Msd/8VPi2WBFXYvFVMW3USLZe2Ajn7sBKGfe7sl4
    kQkLk8UghR6sLyk0kt58EKOBizCBiDAcBgNVHREEFTATghFlbHNld2hlcmUuZXhh
    bXBsZTAJBgNVHRMEAjAAMB0GA1UdJQQWMBQGCCsGAQUFBwMBBggrBgEFBQcDAjAd
    BgNVHQ4EFgQUwtbg4KJHoqs2oYf/SwFJ0b3+lCQwHwYDVR0jBBgwFoAUKrjtyVRf
    IsFoh/iFTwXYE98hZ2EwCgYIKoZIzj0EAwIDSAAwRQIhAOLCi5bsacQWPqWrg43Q
    49o3n3swFFX0FTt8pYMi2tYJAiAzlX6Cf/gehwq+Lh0f88O4FabYR7w2KJXhF4hT
    rDfmvw==
    -----END CERTIFICATE-----
    """

  /// The key of `elsewhere`.
  static let elsewhereKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQOHqi+SYjVHq5s4Q
    KnXKJW3nj2KynxnjGX6LlH51Sc+hRANCAASgfavicLftEJHDx2BOv1fIG34yx3/x
    U+LZYEVdi8VUxbdRItl7YCOfuwEoZ97uyXiRCQuTxSCFHqwvKTSS3nwQ
    -----END PRIVATE KEY-----
    """

  /// For 127.0.0.1, until 2021.
  static let expired = """
    -----BEGIN CERTIFICATE-----
    MIIBnDCCAUOgAwIBAgIBBDAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRCZXJ0aCB0
    ZXN0IGF1dGhvcml0eTAeFw0yMDAxMDEwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMBIx
    EDAOBgNVBAMMB2V4cGlyZWQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARtAuzO
    FwaTPRC+XX+8zaE0zRCrz/sj9IQRnUp7ulGgzR+OFK/JsWzjdtX8x0AYfawuRzfB
    Z1zZ+GAcR/nV6FoCo30wezAPBgNVHREECDAGhwR/AAABMAkGA1UdEwQCMAAwHQYD
    VR0lBBYwFAYIKwYBBQUHAwEGCCsGAQUFBwMCMB0GA1UdDgQWBBS3p/r6YJSE8tPI
    Gq6lVA34vVZfFjAfBgNVHSMEGDAWgBQquO3JVF8iwWiH+IVPBdgT3yFnYTAKBggq
    hkjOPQQDAgNHADBEAiA/vqlMn6avIHGkq9lcE8M6frxg5AA0WZtrN/zinZABjgIg
    Mc3iZ92nAf5yHxpSNNJe8Yjo0jDa0zd4V2sDfQ2N4mw=
    -----END CERTIFICATE-----
    """

  /// The key of `expired`.
  static let expiredKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7wfWeRJWHEww34KX
    NtCPe98WQsJYqI0IHLX7eEYdKKahRANCAARtAuzOFwaTPRC+XX+8zaE0zRCrz/sj
    9IQRnUp7ulGgzR+OFK/JsWzjdtX8x0AYfawuRzfBZ1zZ+GAcR/nV6FoC
    -----END PRIVATE KEY-----
    """

  /// For a client.
  static let client = """
    -----BEGIN CERTIFICATE-----
    MIIBqjCCAVCgAwIBAgIBBTAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRCZXJ0aCB0
    ZXN0IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
    ETEPMA0GA1UEAwwGY2xpZW50MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEo98P
    c2PjYDl7VfYKuRedEX8jZvu7rYNOegQjr96JpkkAK9+tuyW5mbk6LL2YctfP2ZRm
    dprbOqXsTycZJGzc4qOBiDCBhTAZBgNVHREEEjAQgg5jbGllbnQuZXhhbXBsZTAJ
    BgNVHRMEAjAAMB0GA1UdJQQWMBQGCCsGAQUFBwMBBggrBgEFBQcDAjAdBgNVHQ4E
    FgQUwPISHdzwkAVwyb8sAYRhj1ieCrAwHwYDVR0jBBgwFoAUKrjtyVRfIsFoh/iF
    TwXYE98hZ2EwCgYIKoZIzj0EAwIDSAAwRQIhANhxMcgTxPPBzVZmitbyihsLezGZ
    G40mKNrrC1o+IDQZAiB7Z9801oYd859KT06Xz2N3PGzgKPYH+zxwRsiqWd5uGw==
    -----END CERTIFICATE-----
    """

  /// The key of `client`.
  static let clientKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdqMbjeNVUtXLdWiW
    I2dUy4qMJt16BQFcMQK+mDFWQ9uhRANCAASj3w9zY+NgOXtV9gq5F50RfyNm+7ut
    g056BCOv3ommSQAr3627JbmZuTosvZhy18/ZlGZ2mts6pexPJxkkbNzi
    -----END PRIVATE KEY-----
    """
}
