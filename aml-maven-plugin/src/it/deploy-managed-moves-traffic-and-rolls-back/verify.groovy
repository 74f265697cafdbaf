import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions

def emulator = new JsonSlurper().parse(new File(basedir, 'target/emulator/emulator.json'))
try {
    def log = new File(basedir, 'build.log').text
    def entries = new JsonSlurper().parseText(new URL(emulator.http + '/_emulator/requests').text).value

    // The first deployment has all the traffic; the same again writes nothing; the second one gets what was asked for.
    assert log.contains('traffic blue=100: endpoint factor created, deployment blue created, traffic blue=100')
    assert log.contains('traffic blue=100 (unchanged)')
    assert log.contains('traffic blue=90,green=10: deployment green created')
    def puts = entries.findAll { it.method == 'PUT' }
    assert puts.count { it.path =~ /(?i)\/deployments\/blue$/ } == 1
    assert puts.count { it.path =~ /(?i)\/deployments\/green$/ } == 1

    // Both versions answer, each with its own result.
    assert log =~ /200 in .*\[3.0, 7.5]/
    assert log =~ /200 in .*\[4.0, 8.5]/

    // All the traffic, and back by the journal on the endpoint.
    assert log.contains('from blue=90,green=10 to green=100')
    assert log.contains('from green=100 to blue=90,green=10')

    // The log of the deployment that leads; keys are new and nowhere in the log.
    assert log.contains('the factor is 3')
    assert log.contains('the primary key is new')

    // Another checkout finds the endpoint in its file: how the traffic is, and an answer.
    assert log.contains('Traffic of factor is blue=90,green=10')
    def elsewhere = new JsonSlurper().parse(new File(basedir, 'target/elsewhere/score.json'))
    assert elsewhere.outputs.answers*.status == [200]

    // Refused before anything was sent; a broken deployment shows why, and undeploy finds everything.
    assert log.contains("Did you mean 'blue'?")
    assert log.contains('this model cannot be loaded')
    assert log.contains('AML-7003')
    assert log.contains('Deleted endpoint factor with blue, broken, green, lost')

    // More cores than there are, and an image that nobody has: the service's reason, and what to do.
    assert log =~ /AML-7004 .*Not enough quota available for Standard_DS3_v2 in SubscriptionId .* Additional needed: 352/
    assert log =~ /73 x Standard_DS3_v2 need 352 cores .* instance_count \d+ would fit/
    assert log.contains("The image 'nobody.azurecr.io/nothing:1' cannot be pulled")
    assert !new File(basedir, 'target/aml/deploy-managed.keys.json').exists()

    // The report says what is there: the endpoint and its traffic, and neither once it was undeployed.
    def report = { new File(basedir, "target/${it}/aml-model.html").text.replaceAll(/<[^>]*>/, ' ').replaceAll(/\s+/, ' ') }
    assert report('before').contains('factor blue=90,green=10')
    assert report('before').contains('managed online endpoint factor')
    assert report('after').contains('factor 1')
    assert !report('after').contains('Where it runs')
    assert !report('after').contains('Traffic')
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
