import groovy.json.JsonSlurper

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
try {
    def log = new File(basedir, 'build.log').text

    // The first version gets everything, the others wait behind the same route and take the same keys.
    assert log.contains('httproutes/wine created: all requests go to blue')
    assert log.contains('httproutes/wine knows version green')
    assert log =~ /Model at http:\/\/127\.[\d.]+:8080\/wine\/score answered 200 in .*\[3.0, 7.5]/

    // A canary over the weights, and back by the journal in the route's annotations.
    assert log.contains('Step 1 of 3 (mirror 10 %): traffic of wine is blue=100 mirror green=10')
    assert log.contains('Step 2 of 3 (25 %): traffic of wine is blue=75,green=25')
    assert log.contains('Canary passed: traffic of wine went from blue=100 to green=100')
    assert log.contains('Changed the traffic of wine from green=100 to blue=100')

    // The log of the version that leads, and the traffic as it is.
    assert log =~ /Log of 1 pod of wine-green: [1-9]\d* lines?/
    assert log.contains('Traffic of wine is blue=100; without traffic: bad, green')

    // A bad version does not get through.
    assert log.contains('its log: mvn aml:logs -Daml.logs.target=aks -Daml.deploy.namespace=default -Daml.deploy.name=wine -Daml.deployment=bad.')
    assert log =~ /AML-7301.*Canary of bad at wine, step mirror 10 %: error rate of bad is 1, of blue 0.* Traffic is blue=100, as before/

    assert log.contains('Changed the traffic of wine from blue=100 to green=100')
    ['httproute/wine', 'deployment/wine-blue', 'service/wine-green', 'secret/wine-bad-keys'].each {
        assert log =~ /Deleted .*\b${it}\b/
    }

    // Over Istio the same versions, the same steps, the same verdict.
    assert log.contains('virtualservices/wine created: all requests go to blue')
    assert log.count('Step 1 of 3 (mirror 10 %): traffic of wine is blue=100 mirror green=10') == 2
    assert log.count('Canary passed: traffic of wine went from blue=100 to green=100') == 2
    assert log =~ /AML-7301.*Canary of bad at wine, step mirror 10 %: error rate of bad is 1, of green 0/
    def failed = json('target/aml/canary.json')
    assert failed.report.verdict == 'fail'
    assert failed.report.traffic == 'green=100'
    assert log =~ /Deleted .*\bvirtualservice\/wine\b/

    // A gateway that is not there is told with the one that is.
    assert log =~ /AML-7103.*Nobody would serve VirtualService default\/wine: there is no Gateway kube-system\/nowhere/
    assert log.contains('-Daml.deploy.gateway (there is kube-system/gateway)')
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
true
