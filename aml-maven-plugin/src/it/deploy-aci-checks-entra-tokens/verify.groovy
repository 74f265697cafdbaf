import groovy.json.JsonSlurper

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
try {
    def log = new File(basedir, 'build.log').text
    assert log.contains("aml.deploy.auth is 'entra', but the image cannot check Entra ID tokens")
    assert log =~ /200 in .*\[3, 7.5]/
    assert log.contains('401 in ')
    assert log =~ /403 in .*none of the roles Model.Train/
    assert log.contains('for Entra ID tokens')

    def deployed = json('target/aml/deploy-aci.json').outputs
    assert deployed.entraAudience == 'api://factor'
    assert !deployed.containsKey('keysFile')
    // No token anywhere in what the build has left.
    assert !(log =~ /eyJ[A-Za-z0-9_-]{10,}\.eyJ/)
    assert !new File(basedir, 'target/aml').listFiles().any { it.file && it.text =~ /eyJ[A-Za-z0-9_-]{10,}\.eyJ/ }
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
