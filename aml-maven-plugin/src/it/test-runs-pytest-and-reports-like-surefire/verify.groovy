import groovy.json.JsonSlurper
import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text

def suite = { new XmlSlurper().parse(new File(basedir, it)).testsuite[0] }
def good = suite('target/surefire-reports/TEST-pytest.xml')
assert good.@tests == '2' && good.@failures == '0' && good.@errors == '0' && good.@skipped == '1'
assert good.testcase*.@name*.text() == ['test_doubles', 'test_later']
assert good.testcase[1].skipped.size() == 1
def record = new JsonSlurper().parse(new File(basedir, 'target/aml/test.json'))
assert record.status == 'done' && record.outputs.tests == 2 && record.outputs.skipped == 1
assert log.readLines().count { it.endsWith('Tests run: 2, Failures: 0, Errors: 0, Skipped: 1') } == 2
assert log.count('they were not run again (Tests run: 2, Failures: 0, Errors: 0, Skipped: 1)') == 1

def bad = suite('target/wrong/TEST-pytest.xml')
assert bad.@tests == '2' && bad.@failures == '1'
assert bad.testcase.find { it.@name == 'test_wrong' }.failure.text().contains('assert 4 == 5')
assert new JsonSlurper().parse(new File(basedir, 'target/wrong/test.json')).error.code == 'AML-5003'
assert log.contains('AML-5003  Tests run: 2, Failures: 1, Errors: 0, Skipped: 0')
