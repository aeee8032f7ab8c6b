/// Made with openssl for these tests alone; the keys protect nothing.
enum Samples {
  /// Self-signed, good for ten years.
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBbTCCAROgAwIBAgIUEugQSrxAhLw65WL98IUTJED2tOkwCgYIKoZIzj0EAwIw
    DDEKMAgGA1UEAwwBYTAeFw0yNjExMjgxMTI2MDVaFw0zNjExMjUxMTI2MDVaMAwx
    CjAIBgNVBAMMAWEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASD1RLHCSJSC/AB
    9ucGMgdyoC7CzT4b9I3bX5eeu6HfB2yf+yNHUpf0pKWwL9v1Vbjulm50uCtz5+N6
    fWAhEESdo1MwUTAdBgNVHQ4EFgQUSdbjFo6nN+GIu+GR0mC2yf5Eh0cwHwYDVR0j
    BBgwFoAUSdbjFo6nN+GIu+GR0mC2yf5Eh0cwDwYDVR0TAQH/BAUwAwEB/zAKBggq
    hkjOPQQDAgNIADBFAiBui+5zfjPS8XZ6tQRyogyK5OhSYb7YTXvvQIzGO6LvBAIh
    AN6sWLSCXodG8IpBd3UKO73ka0ocZxXsBlMSIcp3werq
    -----END CERTIFICATE-----

    """

  /// The key of `certificate`.
  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmeVv22+R/XvlgUwh
    ea8BX/zaXHSNVzvEkgWe7N6/tZOhRANCAASD1RLHCSJSC/AB9ucGMgdyoC7CzT4b
    9I3bX5eeu6HfB2yf+yNHUpf0pKWwL9v1Vbjulm50uCtz5+N6fWAhEESd
    -----END PRIVATE KEY-----

    """

  /// A key of nothing here.
  static let otherKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg244baUTne12c72PB
    HpvEEG1z/5dizVctW+qchxaNXgyhRANCAATFzTrJ/3wB8oD9m3iwVLfZteg0B+Wo
    KB3jUAM3W5GXLzSFtoTJA94jn0/ihbKrTl97m7bYc7Pc1bg0sUGLrmsy
    -----END PRIVATE KEY-----

    """

  /// The key of `certificate` with a passphrase (PKCS #8).
  static let encryptedKey = """
    -----BEGIN ENCRYPTED PRIVATE KEY-----
    MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhtyGSBr9Hy3gICCAAw
    DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELjWCA7QVk0tdwrVyMoiQ/4EgZAJ
    koppCeVSxgsNNktpY1DlzJQOorm5uVxEvUNDcwojWGLHgVPoXM/7FgsoDu99R80a
    J25IoEbngf3OsF3tctaZrQGHpXfSgyCoaLoHQV7/aPw1F1zqUyvP1/fh1YuUySz1
    1PThlHjbsb8ZyU6GKVUpwqf/++5N2LCSfN3fdJKZ06rX9GWcK6ej81CHQf9DnYM=
    -----END ENCRYPTED PRIVATE KEY-----

    """

  /// The same in the older form, which says so in a header of its own.
  static let oldEncryptedKey = """
    -----BEGIN EC PRIVATE KEY-----
    Proc-Type: 4,ENCRYPTED
    DEK-Info: AES-128-CBC,FCEAE6F03E42F0DA585AB4D0A087C0FC

    a/dbDo5EPTSfasXZjd+j7AJ/p2UXI7R/LQ6w5DxxDKrAP9XQCvk+ACi1JvqlCRSt
    egZOy/wf0SHc+Y5aof/QfwjfYMHTfICZrBCrWuexFFzpTxyRgY/TvFa1k73fIRsf
    I8yqRYd1h00TnpQP1mCDjFB5/QJSbqOeXCXhiUs4OFE=
    -----END EC PRIVATE KEY-----

    """

  /// PEM that is neither a certificate nor a key.
  static let parameters = """
    -----BEGIN EC PARAMETERS-----
    BggqhkjOPQMBBw==
    -----END EC PARAMETERS-----

    """
}
