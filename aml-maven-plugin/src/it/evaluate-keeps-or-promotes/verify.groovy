def log = new File(basedir, 'build.log').text
assert log.count('Promote: every rule holds') == 1
assert log.count('Registered model factor:1') == 1

// Not better: green, and what follows says why it does nothing.
assert log.contains('Keep the model that is there: rmse is 5, that of model factor:1 is 4: not better')
assert log.count('Skipped: aml:evaluate keeps the model that is there: rmse is 5') == 1
assert !log.contains('has this content already')

// Not measured: no decision.
assert log.contains('AML-3102')
assert log.contains('the run has no metric rmse')
def decision = new groovy.json.JsonSlurper().parse(new File(basedir, 'target/aml/evaluation.json'))
assert decision.outcome == 'error'
def report = new groovy.xml.XmlSlurper().parse(new File(basedir, 'target/surefire-reports/TEST-aml-evaluation.xml'))
assert report.testcase.error.@message == 'the run has no metric rmse'
