import ArgumentParser
import BerthConfiguration
import RegistryServer
import ServiceLifecycle
print("x")
