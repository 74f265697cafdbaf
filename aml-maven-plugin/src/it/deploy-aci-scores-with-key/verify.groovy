import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
try {
    def log = new File(basedir, 'build.log').text
    def deployed = json('target/aml/deploy-aci.json')
    def keysFile = new File(deployed.outputs.keysFile)
    def keys = new JsonSlurper().parse(keysFile)

    def requestLog = new URL(emulator.http + '/_emulator/requests').text
    assert deployed.outputs.scoringUri == keys.scoringUri
    assert deployed.outputs.ip
    assert deployed.outputs.scoringUri.contains(deployed.outputs.ip)
    assert deployed.outputs.image ==~ /localhost:\d+\/models\/factor@sha256:[0-9a-f]{64}/

    // Answers with the key, 401 without.
    assert log =~ /200 in .*\[3, 7.5]/
    assert log.contains('401 in ')
    // Nothing to send is given: the script's own sample goes.
    assert log =~ /200 in .*\[6, 12]/

    // What the container says.
    assert log =~ /Log of container group deploy-aci-scores-with-key: [1-9]\d* lines?/

    // Keys are for their owner alone and nowhere else.
    assert PosixFilePermissions.toString(Files.getPosixFilePermissions(keysFile.toPath())) == 'rw-------'
    [keys.primaryKey, keys.secondaryKey, 'correct horse'].each { secret ->
        assert !log.contains(secret)
        new File(basedir, 'target/aml').eachFile {
            assert (it == keysFile) || it.isDirectory() || (!it.text.contains(secret))
        }
    }

    // The second deployment has written nothing.
    assert log.contains('(unchanged)')
    assert deployed.status == 'up-to-date'
    def requests = new JsonSlurper().parseText(requestLog)
    def entries = requests.value
    def puts = entries.findAll { it.method == 'PUT' && it.path =~ /(?i)containerGroups\/[^\/]+$/ }
    assert puts.size() == 1
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
