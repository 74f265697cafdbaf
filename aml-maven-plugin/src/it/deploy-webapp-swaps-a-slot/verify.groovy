import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
try {
    def log = new File(basedir, 'build.log').text
    def deployed = json('target/aml/deploy-webapp.json')
    def keysFile = new File(deployed.outputs.keysFile)
    def keys = new JsonSlurper().parse(keysFile)
    def score = { String address, String key ->
        def call = new URL(address).openConnection()
        call.doOutput = true
        call.setRequestProperty('Authorization', 'Bearer ' + key)
        call.setRequestProperty('Content-Type', 'application/json')
        call.outputStream.withCloseable { it << '{"data": [1, 2.5]}' }
        new JsonSlurper().parse(call.inputStream)
    }

    // The platform's log and the container's, and no second write of the same.
    assert log.contains('initialized successfully and is ready to serve requests')
    assert log.contains('401 in ')
    assert log.contains('(unchanged)')
    def requests = new JsonSlurper().parseText(new URL(emulator.http + '/_emulator/requests').text).value
    assert requests.count { it.method == 'PUT' && it.path =~ /(?i)Microsoft.Web\/sites\/[^\/]+$/ } == 1
    assert requests.count { it.method == 'PUT' && it.path =~ /(?i)\/slots\/staging$/ } == 1
    assert requests.count { it.method == 'POST' && it.path =~ /(?i)\/slotsswap$/ } == 1

    // Both serve: what was in the slot is in production now, and the other way round, with the same keys.
    def slot = (log =~ /Model serves at (\S+) \(slot staging\)/)[0][1]
    assert deployed.outputs.swapped
    assert deployed.outputs.scoringUri != slot
    assert deployed.outputs.scoringUri == keys.scoringUri
    assert score(deployed.outputs.scoringUri, keys.primaryKey) == [10, 25]
    assert score(slot, keys.secondaryKey) == [3, 7.5]

    // One key is new, in production and in the slot; the other one was never touched.
    assert log.contains('the primary key is new')
    assert score(slot, keys.primaryKey) == [3, 7.5]
    assert requests.count { it.method == 'PUT' && it.path =~ /(?i)\/sites\/[^\/]+\/config\/appsettings$/ } == 1
    assert requests.count { it.method == 'PUT' && it.path =~ /(?i)\/slots\/staging\/config\/appsettings$/ } == 1

    // Keys are for their owner alone and nowhere else.
    assert PosixFilePermissions.toString(Files.getPosixFilePermissions(keysFile.toPath())) == 'rw-------'
    [keys.primaryKey, keys.secondaryKey, 'correct horse'].each { secret ->
        assert !log.contains(secret)
        new File(basedir, 'target/aml').eachFile {
            assert (it == keysFile) || it.isDirectory() || (!it.text.contains(secret))
        }
    }
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
true
