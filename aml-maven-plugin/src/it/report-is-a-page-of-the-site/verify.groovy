def words = { new File(basedir, it).text.replaceAll(/<[^>]*>/, ' ').replaceAll(/\s+/, ' ') }
def facts = words('target/site/aml-model.html')

assert facts.contains('factor 1')
assert facts.contains('custom_model')
assert facts.contains('Content sha256:')
assert facts.contains('Build 42')
assert facts.contains('environments/training/versions/3')
assert facts.contains('input rate 0.5')
// The site's own menu leads to it.
assert new File(basedir, 'target/site/project-reports.html').text.contains('aml-model.html')

def empty = new File(basedir, 'target/empty-site/aml-model.html')
assert empty.exists() && empty.text.contains('No model registered yet')

// Of the pipeline it is the step that wrote the model, with its code and environment, what it was given, and the data before it.
def trained = words('target/reports/aml-model.html')
assert trained.contains('trained 1')
assert trained.contains('step fit')
assert trained =~ /code codes\/sha256-[0-9a-f]+/
assert trained =~ /environment environments\/CliV2AnonymousEnvironment/
assert trained.contains('input ready ready of step prepare')
assert trained.contains('input rate 0.25')
assert trained =~ /by way of step prepare: input raw azureml:\/\/datastores/
assert !trained.contains('sum_up')

// The page says the same where it cannot look like the site.
def bare = new File(basedir, 'target/bare/aml-model.html').text
assert bare.contains('<table') && bare.contains('trained 1')
assert words('target/bare/aml-model.html').contains('input rate 0.25')
assert new File(basedir, 'build.log').text.contains("The page is written without the site's skin")
