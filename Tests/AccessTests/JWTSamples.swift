/// Made with keys that are thrown away; valid from 1800000000 to 1800000300.
enum JWTSamples {
  /// Of the RSA key, which several entries share.
  private static let modulus = """
    1Y08edDYwQdEq4rBCSudiDiWeUrrDW8RGkSXfW_H5m9SHi1ojz9pw-4Cex8FNgXFSZ4ZeVSJZBR4C1m4ZlM6HfteMYZp9e9JBJCKHhSGGmiN9D\
    fLYXbsYcnHbnZWFNRO2laqnRwpIgmDOhYRfF2fzYiHgHYFle2flYFdZixDFiMQcgVmdtsRSb5DITbrEMEeXEos7miKb_Hv5Cea9lJR4tWHojK8\
    UdBv8V-UqejVvSj62K1J8teeXe-z3dje-1GbWjwf4GX8rz3aPgY3Wxf9rKO5KWgEAWiLXpG0vZaxKG8S2_nMTuLtt31ITpYlOoWy5TJvJNBIuv\
    OH8zVB5jKqqw
    """

  static let keys = #"""
    {
     "keys": [
      {
       "kty": "RSA",
       "kid": "rsa",
       "use": "sig",
       "alg": "RS256",
       "n": "\#(modulus)",
       "e": "AQAB"
      },
      {
       "kty": "EC",
       "kid": "ec",
       "crv": "P-256",
       "x": "HCvPBbv7eiK5hqtN1y1VWS9oiypwh8CtjRE8cuC3SwY",
       "y": "ahVNNexwCsp4xy8llGtTmZ9_pL684sf8TjimU3MS5n0"
      },
      {
       "kty": "oct",
       "kid": "secret",
       "k": "AAAA"
      },
      {
       "kty": "RSA",
       "n": "\#(modulus)",
       "e": "AQAB"
      },
      {
       "kty": "RSA",
       "kid": "enc",
       "use": "enc",
       "n": "\#(modulus)",
       "e": "AQAB"
      },
      {
       "kty": "RSA",
       "kid": "ps",
       "alg": "PS256",
       "n": "\#(modulus)",
       "e": "AQAB"
      },
      {
       "kty": "X",
       "kid": "q"
      }
     ]
    }
    """#

  static let tokens: [String: String] = [
    "rs256": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjpbIm90a\
    GVyIiwiYmVydGguZXhhbXBsZSJdLCJleHAiOjE4MDAwMDAzMDAsIm5iZiI6MTgwMDAwMDAwMCwiaWF0IjoxODAwMDAwMDAwLCJvd25lcl9pZCI\
    6IjEyMzQ1NjciLCJyZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.toRAZlcXkjSCIhkHkHo3UnrlRBMYg9Nh8qEwWkroqzNMz66aTWvdqU8ctVjSbJ\
    9b1t1g3uF-OEXkOidu6AyriigRtDmfUB7wCspjIUjFwpIzMyEyfFOfFtlaTgOXDwbKfcYnAwqPPzGA7gAfzsFuMZ2Qd3ydktY3EW7Ge934Qe0e\
    IxegGd_DRtQIttS6yeHXlQqhw6p460nUfnh6RqK8L9TgAyi_P2hHgzwjeyaeCeCp7QArCjP2yzaYMD_5kt8UvzynlcibFqWm-7IDPCy7XEopbb\
    -hp6y-havcfbA733cTriJ1TBywRXbBHx9diTYPgPLkrJV03YNvMssLA20EmQ
    """,
    "es256": """
    eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVydG\
    guZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJy\
    ZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.ktp_dSul4phl_xEopcLKJ5bdoLZUEvexlp2sSCjqnL8q1iTEecfXnqLN5dthzuZxD5yQ8ui92nndtU4\
    76pCUTw
    """,
    "none": """
    eyJhbGciOiJub25lIiwia2lkIjoicnNhIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVydG\
    guZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJy\
    ZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.monq_vhceBecjH2lwJotH3VIswB6rBmffUNTHYbrFYXmUsH9jV4meG4uB1J_XP3m7QosWks0PDXzYcG\
    wbDuFYBQBOxn4fj6gpDgGy52W33me5qLhvQa5vi4ux4d0dxRd0tecm2T1VLzZ034hH9ghpDWTAwsi7ey4CAF9vAKMuRQtMpZ3U7zTfyJWyDlPy\
    KdwUV3b17MTrSgYa9rfUqwgrxVjpIQf3i6Xsxh22XQSOtA91e8xgBLHYenWQbCL6SbyH23sfE0pHcTEqqF0hpdbVm7ve0TuLAuo6JLZ4bJ0kzp\
    LzHynJ-1t3jK9A0GBK3B6Jg9ZJTrNyOdJVajMnmNQmA
    """,
    "hs256": """
    eyJhbGciOiJIUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJ\
    yZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.Jl5aAEg8UdR0sdiMRknwyZ6RsJLJAOOD8RfxLDxKtqh8LlQ9a9xGAfjKNd_8k3z4cQD2JnFR8aJlsQ\
    pdIXVAf53SO6dD2EEmNm_8AvdUXnO_14Lvhin1gIHNxLmBSd1JrMbull5Eoza2tx796i_FSlCkbOCBYvF0FiTFIidAckBLCi6Z6XdTAUson_9g\
    pEjhfWamOq0hBZRW8Vu_QJcGXHeRd-CiE7i-dIoX164GOU_tOhYf-nRqrZyfRZy-6uANv8fmcQtDU8OxmFTrK3jykQ_P_kifDVOkDKFSx5mcjK\
    XpS5h_bR02tcS17_EHHfcza7Vt6WScoWsfZyNnrqyK0g
    """,
    "unknown kid": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6Inp6IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVydG\
    guZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJy\
    ZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.UDSiqpvMVEST7TdPfhIh5x-UTBZzD4blH0ZkFnJUFatAidy3nkCIfmu_bucxXxZ6nWXt5Ms9gx1o08z\
    pMMrljxh28_ePtV_YZ06fdDobUu7oCeXxSzERNnM4eGCRAIFvJp2KUpqFBCT8JBbAQu2O1MgVV4K0zFfZRmOrqiSF0rb-Vosepta59Lv1ZnCWP\
    NHabpt5Tt0Euzb4nxauEvR1Aft48vfnhrynv20S4EMNAi5e6PMMz0xdvdAbpIB6FB7Gp59oOSpaMzqXmHcDKxz2kqeW11ArJi2czDHQPPhz6AT\
    VRslymF348O2Sa2_WhcdcfHYAwrFdFcPrkk6THqG7BA
    """,
    "no kid": """
    eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVydGguZXhhbXBsZSIsI\
    mV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJyZXBvc2l0b3J5Ijo\
    iYWNtZS9hcHAifQ.IRFmRW16y0Zw2vdQXkAVOiD5QUi9opaFco1yZWNXMmYrB7KslPJlSeZD_2CE9rWYB3p0gXhcrNbICRThcbQTFpqwYWZqrP\
    3ojmdnGiXqXmgO1TLYEQnmz_wdP0VRrJXf9yNdJgIZeN9pPSqqCdj1_KU8wR3Q4554wXqEjrv8jetcHlTb-Dhv6qW4o7SqCgVgeLPfX7gBVOrf\
    pBVqPjSG3wIPfreZj0bdts7cntjYnNqeTMVf2ULtycfBF8jYuotnoxRWHyWgG-rdbUfLDU_MoBd4y8-wf1RIN0mKtnCWjKce45qPoPyX2kSjkO\
    yMufDDEA-oXIsG2yN5D-RdQcoEog
    """,
    "wrong algorithm": """
    eyJhbGciOiJFUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJ\
    yZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.DVbC3SyjGSed37avfi_VSA3sPeOiXkz-TkxWeNB4dEkFtUNQuYl29oFeqIZuyK-1Uh6AwnPNfHlKCd\
    UZ9P5YbOlPwJwx24wgQR1OnZGwk4geimoeaq91CmVxl8ap081hWxggNZQtpdrPZZTNtAmkHVcC2oahc-v9OnPZEfyevKQ2Pd3bmV9RhCG2kVhN\
    etROgw2-8JfNWvOYIxFAnshWOFnv11LEavaqn05tSWI_d0RKkrALathT3Ug1sd_1_J3k5y2BpTBrnBXIx6AnewzF0TqbrbIrpH3365WhZdmDuN\
    0ovcUQQpjwTpkJO8iIpYDI482yU1rpR1z9LLz6VrNCCw
    """,
    "crit": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCIsImNyaXQiOlsieCJdfQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGx\
    lIiwiYXVkIjoiYmVydGguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX\
    2lkIjoxMjM0NTY3LCJyZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.vEnPkdGZ24wQbZhstCsLeGFUSFBp3u7L4sZG_3xB1qp-SMynAWXoywYX-e5C\
    tyRClFc39J2nQC-90JhW-FhSuOEf0Sg6DVpHgxQMrtj9hKfXz7vk7fWjq3V4WdObZwE9vbkJDlegf2A8okws64pmaFFqmxI926u3IOYNM6xkN7\
    6BRN27Ug2gTFKF_FqbEsX-c6xS8Axp34X1DkfiV2rn3Wi7Y7JexXRtoWWCGrHCiBwINUWGplEnzHHDk84FGWLrtS07Mx5eP2IG4Zl3HVoF6DF4\
    5fxqXBHCTQaqdk1oMMHKHOtKaTCcMNh-TDCZSA2ajxT_wgsi1AZIJqOzP-L9pw
    """,
    "duplicate claim": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJ\
    yZXBvc2l0b3J5IjoiYWNtZS9hcHAiLCJyZXBvc2l0b3J5Ijoib3RoZXIvYXBwIn0.FK2V7iBttofNlTEekWwdy_3QP-_0TAPiHlrCCaTYWMxcH\
    MMH7hhJBkgXm2pcG-BFI_lzQmJ4_I5Iy_u2wAFODNOerWrpmacSl2L7zHzLpURsaQ5dzp0bUvyYCExGNU8iLQA7DLcMjzksAigqFw_MGFIpE8k\
    axttq88IczceSPouQZWvyaTK4cOvN29bZ6Bp_5FaWhjxaVWchvn27G8WAV5dU4HsuLM6g-_4totFRWIQ7Lwsi0WdFNgadwEdhReqSZv7DzWgc5\
    c0LQuCX3dT6E-YtDQew0NmdRnXSgspQhKubwKOigwpN7N5WF4q-b3qetyrclitFp9hK4XnsopZIYQ
    """,
    "duplicate header": """
    eyJhbGciOiJub25lIiwia2lkIjoicnNhIiwiYWxnIjoiUlMyNTYifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmV\
    ydGguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3L\
    CJyZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.p63rlLNxQ84k9R5triyptnbBQDGjWFfc5J8uVuh1IcRN9YMW68F6-mtHgzMrnRxEHt4PChJGrX4I\
    ytWTDqdHc_1FAFTFHJJuJCU9zkYBNqWpMNHNC-zBAfkFT4Iq66hvwD9piF_VK8uZ-2qp3pHVsHkqY64qr-OqVDTwjWJBazfmoVz4tCy2e8Tiop\
    uoozMSVZ0-L2AMrC3Y4FPPXnaeuy39ZwuQrmnOqnlOuJJ5NSUulNFNmGYwGikBPMQAFymwrXTcaYs9dxCEQhsiOVelQZay41uyIhQD5vVAKB0U\
    N20VwDahEUDkVmy5SoIlbUrWoe_N96WZTgRimjqLDL_bZw
    """,
    "no aud": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiZXhwIjoxODAwM\
    DAwMzAwLCJuYmYiOjE4MDAwMDAwMDAsImlhdCI6MTgwMDAwMDAwMCwib3duZXJfaWQiOjEyMzQ1NjcsInJlcG9zaXRvcnkiOiJhY21lL2FwcCJ\
    9.w-TiHXtLAYshOiRuqL7d10Uy9jQXtel9AdPOvmt7NWLCe0GFm2H6tS3JJF8efzfVhgvFcT53wM-5ZwhIIuwq92craf6gPv18curoPcE3bDD4\
    lxDVEEb3Z4v71SDIxzYx5jO_q27KtHwK8wtUJyqEXLk8f28IeE_1LMmFAJs5Bkr_Kh-l5hwS7RFmYDiq1m_rVWnId_BvyIGFl_NgzeXdd8lt0i\
    rV5AKJM7Q-_Qsvee-3Sby8s5ARGsQ82aiQehr10bnUlX8tnf5yFl7amI1A96q0E8y_ocBdoaPCaGOE09pEcar93CETvXwoxpQpnyctLuxFZrWe\
    uJJK2bYmNa3Cgg
    """,
    "empty aud": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjpbXSwiZ\
    XhwIjoxODAwMDAwMzAwLCJuYmYiOjE4MDAwMDAwMDAsImlhdCI6MTgwMDAwMDAwMCwib3duZXJfaWQiOjEyMzQ1NjcsInJlcG9zaXRvcnkiOiJ\
    hY21lL2FwcCJ9.GOPhpykykYHm5KMhw5ZkJGdfVfKk3sSfpFDdqZO3VVr180lW19tG-4SLwJlv3ha2H4DXCrRQuR4Ra7f__XNSg8wSqk9sqxvf\
    WtJ6APS5oYx_oIuj35H34r3m3xmwKL4RCFgX8ePcBSojTGcF6KhL8_SridkhGr7v96KZCLREbRrGG-bpmmYqVq12fy39S80euMi6UEc_wD_LNh\
    _73NLzA0GJlFItTz_dq5M8zh4ABq8mC4s7Rci2vDUcb76s0cicvc06J5H6LHfumKPA4JvNgAqWyH6FKxqg1BKfoPtiwbRjpBD6x-THwK8CtAPJ\
    PpC03RVAwazh_f0OVsWohDjEhA
    """,
    "other aud": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaHR0c\
    HM6Ly9naXRodWIuY29tL2FjbWUiLCJleHAiOjE4MDAwMDAzMDAsIm5iZiI6MTgwMDAwMDAwMCwiaWF0IjoxODAwMDAwMDAwLCJvd25lcl9pZCI\
    6MTIzNDU2NywicmVwb3NpdG9yeSI6ImFjbWUvYXBwIn0.Ed8-mDB62mFzdUZzpseqP6wNxEB1F5vQiXmGe8wD0WAm5FerbkqGLrAimWqI9r2EX\
    LYxVRwthw3pRdzO5q6jVzUoU0VvmI8jizBqgpkWQ5A6REVtckovMcsBrRqiOrRMhdGmdwdnX_G7dZkMdQbfHl3LkxlazL--GX3Jh2z0ZfEJLjc\
    mewYpV_tnZtd4upOCPLmrp8Dmcuw_ECuDtsr0xTxS5QipQ_bPCyt6f8JV85RouCq1-022xDwIpiLf8ja4UojiuKqiVJecnjT-CJwryxlTY5-LP\
    263KgTPRdc21kIWxH1qOTf-C_nPgQNvgprpOkYm4NLrpUxXVXKpS6fKfQ
    """,
    "number aud": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjpbImJlc\
    nRoLmV4YW1wbGUiLDFdLCJleHAiOjE4MDAwMDAzMDAsIm5iZiI6MTgwMDAwMDAwMCwiaWF0IjoxODAwMDAwMDAwLCJvd25lcl9pZCI6MTIzNDU\
    2NywicmVwb3NpdG9yeSI6ImFjbWUvYXBwIn0.WndWJJox7aTmjJENG7OggNDT9DmNyMSHkXy3PMyteRuPZU74P6SNBW7qXIXCVeY1hO5SAc5E4\
    2uiAsbQJXkLCFGxcdSIuZ-ac6NxQo67V18cO8E-Cl9CvBGnMQkxqfoz9IE6E-ChPW50rzmWmDB7SVA1SeJ031Fj10se3thKth16MkzE9Es9Ii3\
    qdp3mhYN9xYx9sbfk-3Jej3nhr5ZHrWwPl2gCQ8JXej3J866oF4Enz5jxgOUsg4NLWiWAeXdmrWl3NDtQKo78ayG5svcQf4rjzF2hbDBc94Ykd\
    GSqCby_q1Rf5oGW_kbz6mIUrWUtaCpF5QPrR26R-TSvXrYvVg
    """,
    "no exp": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsIm5iZiI6MTgwMDAwMDAwMCwiaWF0IjoxODAwMDAwMDAwLCJvd25lcl9pZCI6MTIzNDU2NywicmVwb3NpdG9yeSI6ImFjbWU\
    vYXBwIn0.MVsoXK4OHWH3wrWoxNkZGIzwTgOz25oBKNmwUdmU2XVdkwQOLz66UcxfjQb2lyV5UPne4tC4VOoaMU3D2I7nTEzqnAV_uEAyzFhyy\
    HJYaMEx1woQuYiyeEgRiBCAmFjSu2tpubj7K3hRqCIq8sEEm3ZA3TZj_4hIbYv5QmeCvGe-gL848UqxNaRhzlekHyVTtIg9ryH84znL1iLIGJQ\
    HSyVMHUiV-rKCKL9zDyNOs1KOuYLW_THGiJgb-EEKd2B1lBsYlyE8Bzl2NSFU4jkwffrYKDjr1qe8xmB_EOmQP36r4dJq8FRUN5I8C4Gz-ncdS\
    4gsnB6JTZhLMMjgCOHYrw
    """,
    "text exp": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6IjE4MDAwMDAzMDAiLCJuYmYiOjE4MDAwMDAwMDAsImlhdCI6MTgwMDAwMDAwMCwib3duZXJfaWQiOjEyMzQ1Njc\
    sInJlcG9zaXRvcnkiOiJhY21lL2FwcCJ9.kYIjPPBLtbwZs42HFZdTtF3JIejTd56SIHM4TP2McpIJ62iriS1d6nrNof3whW_DIPKUyOct2lWG\
    e3b0_8UHE_8ye46f3gLV7UpOMv177s-1aSrSvY8qg5vX71zHpjFuuR-efzlUb-Cd6AogncrIHLxOJevWNWYeq4E9ugczHFoNgCeT07F3Tre3th\
    qQdfzicCRwFkzwYeLlFM1ab_7hHpzYSlBc0hmDIPyYEL5za6aGJS6f1iFY8CC1vy76_rquwVZaEsu1m8oJ1_Csj3ULFz_cYoybDIFmdX8-5htw\
    z9Eq69DVYmP1e_4KvA672LNRLDXDkmXLtvZvSbezaApKdQ
    """,
    "other issuer": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2V2aWwuZXhhbXBsZSIsImF1ZCI6ImJlcnRoL\
    mV4YW1wbGUiLCJleHAiOjE4MDAwMDAzMDAsIm5iZiI6MTgwMDAwMDAwMCwiaWF0IjoxODAwMDAwMDAwLCJvd25lcl9pZCI6MTIzNDU2NywicmV\
    wb3NpdG9yeSI6ImFjbWUvYXBwIn0.ZuwnzV4M9JqA3t6zi13EPYmRFPmfdhzP2nPi2uDG3b9Qtjzqjp-ZkpGYgzAoKvACnkyiMCNaXimqC6boc\
    X4biYqy35L0VnocRVFr-kb1-nyVHh1RnXExO9Run74KxoXyM0Hya9oyzM0wLxCw82rVG88i-BMdiqwHqJnI4FZdKCNzeyyjEu11NyghKcQvRh2\
    d8u-huIHsw9p3KK_xP1eINU63Aqgj5-Cxp9WrOvp7Uh5RykOTnUyvqMV6_IB3OWFjB9XFpb-FsGWKeH0aM4LTyG-JV-caAImnytQ1ZjBU-nO1Y\
    HtIKV4MhXEFaebjfn3GW3ug4eyWMiBX1oW89uZIhg
    """,
    "issuer with slash": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLyIsImF1ZCI6ImJlc\
    nRoLmV4YW1wbGUiLCJleHAiOjE4MDAwMDAzMDAsIm5iZiI6MTgwMDAwMDAwMCwiaWF0IjoxODAwMDAwMDAwLCJvd25lcl9pZCI6MTIzNDU2Nyw\
    icmVwb3NpdG9yeSI6ImFjbWUvYXBwIn0.d4_cpDRKzvjLpN8N9azp3XX-mrQN_kjk1kZ45xvaYiAm-AC6YN0MYjcsm43gwBa7abcYp7Ac4ZMO7\
    _cIIdkc_MY1YS9M56nzrnHwyYb9pQpxWYsmSSbXj2ifwhMXn5DFsUPtD-qdVodM4xQuoGqT_smSfIYlSFjtwiFjIdaFY-YFeeH3Nr8f_U6dm49\
    VW9_xSUIseWLUal2zxkNpBx5tgOHqN6-elAd8z75SYLwHPEVtMoLT0OfK6xLRKdsmYdHNPHSsvtYXA-BIH3TgMhghOVwqxG9KhVYfEzQY1cRrw\
    _DnLMkcKWqAVY7fnYmBu98s8vtjAJ5-I9wpmFwBD_MxfQ
    """,
    "other owner": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoiNzY1NDMyMSI\
    sInJlcG9zaXRvcnkiOiJhY21lL2FwcCJ9.jqGL3YlZYYBUjbFBrX9sBPrzvyCjHuRfqHf2G87d1sXcmPcIs1NdmVJWy8SFS5guGJxaLGajQLm4\
    jDX2O-rlpK9jS1-M7U21XByxpjAZvHT6rJNwf7CXanfWK2a2dCD1C9emxfmiSkHQA971XymerZS0wudFy0kxwILZJYTIn_EzkpCsrRvsk__Jnp\
    dQ-LPpxtjEoth6LgYv8RBKzYYTL3-iFVdwGp37WC2lSAfeD5dCW8yt6zsvNOcOs1lyyZCJhtm3trEt3g6ADroVcQvDKU00Itx6P8FUg7JsYDu5\
    pnQE09A9gcQB7A-sHed7bTGx0AZENCDPpJJJb8GHTSuS3g
    """,
    "no owner": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsInJlcG9zaXRvcnkiOiJhY21lL2F\
    wcCJ9.vjSq4RnUJZTphbqEzmAM9psNNEXC1Glcgr7z8loP2Z9A1keXb3jL1o4JMu7-UTqQPKlJtB6zFScKJJexAkK-3VEnkRwmiWs35w12xjSQ\
    gwWqRVqJke127Bo8Tw0tzQ4n1sjwMqsg-n6ICU2o2PDe5ETIeBXf4BLUnfSLwyT6yYYFHs3zVHlfC9AoWtON2HHf62inqS4hmk6Z-z8Xyy72TD\
    RZB0a3IVVsJ5fWhVm_uFV8jG0HxHVCq75kV3YXfq8SyKaXDiXgMSuykiKqMj6cgQofBIw3Ze3q1aSh7H-J9D0HC3N1JV9lsZdj6ltP-asXFRch\
    2X5P45-R9l6qY60ZpA
    """,
    "no repository": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3fQ.\
    uMb30F7PApvTMpwvJt4SDA3FM6O4D5ibMd-J21mpINxII0uGF10AlXlL_M7Uym6xNHxCKoYo6ZqVmcwK-1FxewTUcEdFpWsyu5DA54NjBIZPrH\
    ckBF2asB9nnhjYw08llO74jZMd9TshGp_x1pPXLsPxC4AF8UJottpcnFbMb7micsnRYTtxUxsTeUfT2L8-aT1kxe9Fq2_PtsWHMr5avkI748LV\
    yxCOOdD2D19zSKuvhzPmpUk5EoZr195MSUJHvCrKxNCGDpHhRq1I8Q2kzf8yJVxCNXFTtR1PZzgCyLQ-5l8qF5VeYk-UD5nacu1o6KNswo9nWl\
    XD3w7B1lPp_A
    """,
    "star": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJ\
    yZXBvc2l0b3J5IjoiYWNtZS8qIn0.NprwNbvt-42GCE2GzaGiZGC9wdKeEqoembQeUm7RQl0p_jWeOzAdOzIip2Kbl3J6BobO2r7JlVRU6BXNo\
    68T-Z6tmdxkZZG2OBqwUmkCArrgc11k7lrpxo_R8LqyWLCJM2KBWCZID6lQdPWX-Z3sVwIACQxWV_7X08vBZVUgARqB9mN3szT4sKEBA7hN6S6\
    a1YIFYPNHcw9zr9Gjkg-7SJw94_cWXzzYD-vBs4uzulKvBflewJPppXNHZd6jzMIPUJaTYP6mYMD3E_5MOQwG8cCvNwvfbm43FUkYKw8aKWder\
    I2xtQDlF_w4J-kkV0BfUz4tBNlWDoYjegiWHGdIDg
    """,
    "future": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAxMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJ\
    yZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.pvuWQRpcXF6cNF_Gd0_tYrh768-CLMI7QcytD6hFQUvNnfIs2Cny5AiGhFNRukmVpan5ObNUftbYNE\
    C6J8EPaONR6nk0ktGL2A8IRtF333td6JNtuZp3RoGStWcOaBIopA_Z0jAeNYcI7MpNOeuXVJsFaxcaGroG4YAOv5aNjjcRnXh6aQWCV63BCuw7\
    oG7UzsdFKfRIMlJCmnXnAfmzjvgtR4s5tawNVfZPMG7v6AngWIRTy8g9OgnsCq9Zqt8XeLGbWk5RYbwqAw1ScFqSEHa-GIe9bBTCGzKuaucC9O\
    T2-LkTB_WU18LzDSGieTKDS6gEghzA9zxIAoxUDmkD7A
    """,
    "altered": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjpbIm90a\
    GVyIiwiYmVydGguZXhhbXBsZSJdLCJleHAiOjE4MDAwMDAzMDAsIm5iZiI6MTgwMDAwMDAwMCwiaWF0IjoxODAwMDAwMDAwLCJvd25lcl9pZCI\
    6IjEyMzQ1NjciLCJyZXBvc2l0b3J5IjoiYWNtZS9vdGhlciJ9.toRAZlcXkjSCIhkHkHo3UnrlRBMYg9Nh8qEwWkroqzNMz66aTWvdqU8ctVjS\
    bJ9b1t1g3uF-OEXkOidu6AyriigRtDmfUB7wCspjIUjFwpIzMyEyfFOfFtlaTgOXDwbKfcYnAwqPPzGA7gAfzsFuMZ2Qd3ydktY3EW7Ge934Qe\
    0eIxegGd_DRtQIttS6yeHXlQqhw6p460nUfnh6RqK8L9TgAyi_P2hHgzwjeyaeCeCp7QArCjP2yzaYMD_5kt8UvzynlcibFqWm-7IDPCy7XEop\
    bb-hp6y-havcfbA733cTriJ1TBywRXbBHx9diTYPgPLkrJV03YNvMssLA20EmQ
    """,
    "other key": """
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYmVyd\
    GguZXhhbXBsZSIsImV4cCI6MTgwMDAwMDMwMCwibmJmIjoxODAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDAsIm93bmVyX2lkIjoxMjM0NTY3LCJ\
    yZXBvc2l0b3J5IjoiYWNtZS9hcHAifQ.ar71kzTti0ATxtE0N4GNfDyEdLbwe3DL9qoYCIUe_RWvfv5s76pT_u4A13GVxo-d4ZcPYtn0BAn5s7\
    JLOGfLHM8v9nud-ORxnx5NoOIbQc-6HQo5CBhTkHEgM2BNaSV5_fHaVAsaPnXeYK_TBsgJFwZJLac6knUofjPUh_5evLso3sUF0KtA8j4HI1qP\
    YSJCSlj3N0QJBIh7trpbGHCPPXJk9EXobYRVNi33WpR1Pb69gZMbCZF24h6uhER8vjSqmWJtgtRS00Uyapr2u92m9MPs317QRDEql0rAYCEaYT\
    LM6qVhPPh7dYbcNSoNnO_Oic3BgrXfCk3JFswqj2akjg
    """,
  ]
}
