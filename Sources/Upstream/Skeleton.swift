import AsyncHTTPClient
import NIOSSL
import NIOHTTP1
