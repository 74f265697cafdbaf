import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def aml = new File(basedir, 'src/main/aml')

// The v1 pipeline and the converted one print the same: 1 + 3 + 3 words of at least three letters.
def totals = (log =~ /the total is (\d+) words/).collect { it[1] }
assert totals == ['7', '7']
assert log.count('words have at least 3 letters') >= 1

// One file for each thing; steps with the same environment share its file.
assert aml.list().sort() == [
        'component-total.yml', 'deploy-aci.pom.xml', 'deployment-aci.yml', 'deployment-aks.yml', 'endpoint-aci.yml',
        'endpoint-aks.yml', 'environment-convert-v1-project-runs-the.yml', 'environment-words-env.yml', 'pipeline.yml']
def pipeline = new File(aml, 'pipeline.yml').text
assert pipeline.contains("# 'Least-Length' in v1; names are identifiers here")
assert pipeline.contains('export AML_PARAMETER_least="${{inputs.least}}" && python words.py --out ${{outputs.texts}}')
assert pipeline.count('environment: file:./environment-words-env.yml') == 2
assert new File(aml, 'component-total.yml').text.contains('is_deterministic: false')

// ACI becomes a managed endpoint, or aml:deploy-aci; AKS a Kubernetes endpoint.
assert new File(aml, 'deployment-aci.yml').text.contains('instance_type: Standard_DS2_v2')
assert new File(aml, 'deploy-aci.pom.xml').text.contains('<memoryGiB>4</memoryGiB>')
assert new File(aml, 'deployment-aks.yml').text.contains('max_instances: 3')
assert log.contains("deployment_config_aci.yml:5:11  an endpoint is in the region of its workspace")

// Each choice is in the log, and was in the record of the goal, with the place that it is about.
assert log.contains('src/main/v1/pipeline.yml:6:7  /inputs/Least_Length of src/main/aml/pipeline.yml:')
assert log.contains("'runtime' is left out") == false
def written = new File(basedir, 'target/aml').listFiles().find { it.name.startsWith('convert') && it.name.endsWith('.json') }
def told = new JsonSlurper().parse(written).outputs
assert told.choices.any { it.key == '/inputs/Least_Length' && it.file == 'src/main/aml/pipeline.yml' }
assert told.leftOut.any { it.source == 'src/main/v1/deployment_config_aci.yml:5:11' }

// The same again would change nothing; other content is not put over what is there.
def dry = new JsonSlurper().parse(new File(basedir, 'target/aml/convert.dry-run.json'))
assert dry.outputs.changed == []
assert log.contains('AML-2204')
assert log.contains('aml.convert.overwrite')
