import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions

def emulator = new JsonSlurper().parse(new File(basedir, 'target/emulator/emulator.json'))
try {
    def log = new File(basedir, 'build.log').text

    // The Functions host's log, and no second write of the same.
    assert log.contains("Executing 'Functions.score' (Reason='This function was programmatically called via the host APIs.', Id=")
    assert log =~ /Executed 'Functions\.score' \(Succeeded, Id=[0-9a-f-]{36}, Duration=\d+ms\)/
    assert log.contains('401 in ')
    assert log.contains('(unchanged)')
    assert log =~ /~ \/properties\/environmentVariables\/AzureWebJobsScriptRoot  "\/opt\/aml\/functions\/http-function" -> "\/opt\/aml\/functions\/http-anonymous"/
    assert log =~ /Model serves at http:\/\/127\.\S+\/api\/score, without a key/
    assert log.contains("aml.function.trigger 'timer'")
    assert log.contains('Deleted function app deploy-function-serves-http')

    def requests = new JsonSlurper().parseText(new URL(emulator.http + '/_emulator/requests').text).value
    assert requests.count { it.method == 'PUT' && it.path =~ /(?i)Microsoft.Web\/sites\/[^\/]+$/ } == 2
    assert requests.count { it.method == 'PUT' && it.path =~ /(?i)\/sites\/[^\/]+\/host\/default\/functionKeys\/aml-secondary$/ } == 1
    assert requests.count { it.method == 'PUT' && it.path =~ /(?i)\/sites\/[^\/]+\/host\/default\/functionKeys\/aml-primary$/ } == 2
    assert log =~ /Keys of function app deploy-function-serves-http are in \S+; the primary key is new/
    assert requests.count { it.method == 'DELETE' && it.path =~ /(?i)Microsoft.Web\/sites\/[^\/]+$/ } == 1

    // The slot served beside production until they changed places; the swap came after the slot's model had answered.
    assert requests.count { it.method == 'PUT' && it.path =~ /(?i)\/slots\/staging$/ } == 1
    assert requests.count { it.method == 'POST' && it.path =~ /(?i)\/slotsswap$/ } == 1
    assert log =~ /Model serves at http:\/\/127\.\S+ \(slot staging\)/
    assert log =~ /Model serves at http:\/\/127\.\S+, swapped in from slot staging/

    // Secrets are nowhere but in the key file, which is for its owner.
    def keysFile = new File(basedir, 'target/aml/deploy-function-serves-http-function.keys.json')
    def keys = new JsonSlurper().parse(keysFile)
    assert PosixFilePermissions.toString(Files.getPosixFilePermissions(keysFile.toPath())) == 'rw-------'
    [ keys.primaryKey, keys.secondaryKey, 'correct horse', 'AccountKey=' ].each { secret ->
        assert !log.contains(secret)
        new File(basedir, 'target/aml').eachFile { assert it == keysFile || it.isDirectory() || !it.text.contains(secret) }
    }
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
true
