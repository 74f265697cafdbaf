import groovy.json.JsonSlurper

def emulator = new JsonSlurper().parse(new File(basedir, 'target/emulator/emulator.json'))
try {
    def log = new File(basedir, 'build.log').text
    def entries = new JsonSlurper().parseText(new URL(emulator.http + '/_emulator/requests').text).value
    def puts = entries.findAll { it.method == 'PUT' && it.path =~ /(?i)\/onlineEndpoints\/factor/ }

    // What would be done, field by field; then exactly that.
    assert log.contains('create onlineEndpoints/factor/deployments/blue')
    assert log.contains('+ /properties/instanceType  "Standard_DS3_v2"')
    assert log.contains('would change 3 of 3 resources')
    assert log =~ /Applied the plan of .* for aml:deploy-managed/
    assert new JsonSlurper().parse(new File(basedir, 'target/aml/apply.json')).error.code == 'AML-8001'

    // Somebody else was faster: refused with what has moved, and the traffic was written by them alone.
    assert log.contains('AML-8002')
    assert log.contains('onlineEndpoints/factor/traffic was changed by somebody meanwhile (the plan was: update)')
    assert puts.count { it.path =~ /(?i)\/deployments\/blue$/ } == 1

    // Nonsense is answered with what would make sense.
    assert log.contains('aml:undeploy cannot be planned')
    assert log.contains('There is no plan at')
    assert log.contains('aml:register would change nothing')

    // Only the password is another: the plan says that it changes, and a third one is not what was planned.
    assert log.contains('~ /properties/environmentVariables/DATABASE_PASSWORD  (secret) changes')
    assert log.contains('update onlineEndpoints/factor/deployments/blue: files or parameters have changed')
    assert log.contains('environment variable DATABASE_PASSWORD: its secret value is another than when the plan was made')
    assert !new File(basedir, 'target/secret.json').text.contains('swordfish')

    // A password in the file is in no plan and no log.
    def plans = ['target/aml/saved-plan.json', 'target/away.json', 'target/aml/deploy-managed.dry-run.json']
    assert plans.every { new File(basedir, it).exists() && !new File(basedir, it).text.contains('hunter2') }
    assert !log.contains('hunter2')
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
