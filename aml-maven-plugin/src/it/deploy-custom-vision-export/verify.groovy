import groovy.json.JsonSlurper

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
try {
    def log = new File(basedir, 'build.log').text
    def group = json('target/aml/deploy-aci.json').outputs
    def site = json('target/aml/deploy-webapp.json').outputs
    assert group.image == site.image
    assert group.scoringUri != site.scoringUri

    // Labels and graph were read in both: aml:score has compared the answers.
    [group.scoringUri, site.scoringUri].each { assert log.contains("Model at ${it} answered 200") }
    assert log.contains('"tagName"')
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
true
